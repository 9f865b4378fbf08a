pub(crate) async fn run(_how: &super::args::Emulator) -> anyhow::Result<()> { anyhow::bail!("not yet") }
