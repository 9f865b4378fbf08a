pub(crate) async fn run(_how: &super::args::Short) -> anyhow::Result<()> { anyhow::bail!("not yet") }
