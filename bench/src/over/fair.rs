#[derive(Clone, Debug)]
pub(crate) struct Pair;
impl Pair { pub(crate) fn parse(_t: &str) -> Result<Self, String> { Ok(Self) } }
pub(crate) async fn run(_how: &super::args::Fair) -> anyhow::Result<()> { anyhow::bail!("not yet") }
