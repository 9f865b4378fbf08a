pub(crate) async fn run(_how: &super::args::Urgent) -> anyhow::Result<()> { anyhow::bail!("not yet") }
