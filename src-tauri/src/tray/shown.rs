//! The menu as the toolkit shows it: takes the steps of [`super::difference`], one entry at a time.

use tauri::{
    AppHandle, Runtime,
    menu::{CheckMenuItem, IsMenuItem, Menu, MenuItem, PredefinedMenuItem, Submenu},
};

use super::{
    difference::{Step, steps, turned},
    menu::{Entry, Kind},
};

/// A menu of the toolkit, and the entries that it shows.
pub(super) struct Shown<R: Runtime> {
    app: AppHandle<R>,
    menu: Menu<R>,
    entries: Vec<Entry>,
    handles: Vec<Handle<R>>,
}

/// An entry of the toolkit.
enum Handle<R: Runtime> {
    Separator(PredefinedMenuItem<R>),
    Item(MenuItem<R>),
    Check(CheckMenuItem<R>),
    Sub(Submenu<R>, Vec<Handle<R>>),
}

/// A menu or a submenu.
trait Place<R: Runtime> {
    fn put(&self, handle: &Handle<R>, at: usize) -> tauri::Result<()>;
    fn take(&self, at: usize) -> tauri::Result<()>;
}

impl<R: Runtime> Shown<R> {
    /// A new menu with these entries.
    pub(super) fn new(app: &AppHandle<R>, entries: &[Entry]) -> tauri::Result<Self> {
        let mut shown = Self {
            app: app.clone(),
            menu: Menu::new(app)?,
            entries: Vec::new(),
            handles: Vec::new(),
        };
        shown.become_menu(entries)?;
        Ok(shown)
    }

    pub(super) fn menu(&self) -> &Menu<R> {
        &self.menu
    }

    /// Changes what differs.
    pub(super) fn become_menu(&mut self, entries: &[Entry]) -> tauri::Result<()> {
        let steps = steps(&self.entries, entries);
        apply(&self.app, &self.menu, &mut self.handles, steps)?;
        self.entries = entries.to_vec();
        Ok(())
    }

    /// The toolkit has turned the mark of that entry, because it was clicked: it is turned back. The engine's answer
    /// sets the mark where it belongs.
    pub(super) fn was_turned(&mut self, id: &str) -> tauri::Result<()> {
        let wanted = std::mem::take(&mut self.entries);
        self.entries = turned(&wanted, id);
        self.become_menu(&wanted)
    }
}

fn apply<R: Runtime>(
    app: &AppHandle<R>,
    place: &impl Place<R>,
    handles: &mut Vec<Handle<R>>,
    steps: Vec<Step>,
) -> tauri::Result<()> {
    for step in steps {
        match step {
            Step::Remove(at) => {
                place.take(at)?;
                handles.remove(at);
            }
            Step::Insert(at, entry) => {
                let handle = Handle::new(app, &entry)?;
                place.put(&handle, at)?;
                handles.insert(at, handle);
            }
            Step::Label(at, label) => handles[at].set_label(&label)?,
            Step::Enabled(at, enabled) => {
                if let Handle::Item(item) = &handles[at] {
                    item.set_enabled(enabled)?;
                }
            }
            Step::Checked(at, checked) => {
                if let Handle::Check(item) = &handles[at] {
                    item.set_checked(checked)?;
                }
            }
            Step::Inside(at, steps) => {
                if let Handle::Sub(submenu, handles) = &mut handles[at] {
                    let submenu = submenu.clone();
                    apply(app, &submenu, handles, steps)?;
                }
            }
        }
    }
    Ok(())
}

impl<R: Runtime> Handle<R> {
    fn new(app: &AppHandle<R>, entry: &Entry) -> tauri::Result<Self> {
        let id = entry.id.as_str();
        Ok(match &entry.kind {
            Kind::Separator => Self::Separator(PredefinedMenuItem::separator(app)?),
            Kind::Item { label, enabled } => {
                Self::Item(MenuItem::with_id(app, id, label, *enabled, None::<&str>)?)
            }
            Kind::Check { label, checked } => Self::Check(CheckMenuItem::with_id(
                app,
                id,
                label,
                true,
                *checked,
                None::<&str>,
            )?),
            Kind::Sub { label, entries } => {
                let submenu = Submenu::with_id(app, id, label, true)?;
                let mut handles = Vec::new();
                apply(app, &submenu, &mut handles, steps(&[], entries))?;
                Self::Sub(submenu, handles)
            }
        })
    }

    fn set_label(&self, label: &str) -> tauri::Result<()> {
        match self {
            Self::Separator(_) => Ok(()),
            Self::Item(item) => item.set_text(label),
            Self::Check(item) => item.set_text(label),
            Self::Sub(submenu, _) => submenu.set_text(label),
        }
    }

    fn item(&self) -> &dyn IsMenuItem<R> {
        match self {
            Self::Separator(item) => item,
            Self::Item(item) => item,
            Self::Check(item) => item,
            Self::Sub(submenu, _) => submenu,
        }
    }
}

impl<R: Runtime> Place<R> for Menu<R> {
    fn put(&self, handle: &Handle<R>, at: usize) -> tauri::Result<()> {
        self.insert(handle.item(), at)
    }

    fn take(&self, at: usize) -> tauri::Result<()> {
        self.remove_at(at).map(|_| ())
    }
}

impl<R: Runtime> Place<R> for Submenu<R> {
    fn put(&self, handle: &Handle<R>, at: usize) -> tauri::Result<()> {
        self.insert(handle.item(), at)
    }

    fn take(&self, at: usize) -> tauri::Result<()> {
        self.remove_at(at).map(|_| ())
    }
}
