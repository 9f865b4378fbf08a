pub(crate) async fn run(_how: &super::args::Queue) -> anyhow::Result<()> { anyhow::bail!("not yet") }
