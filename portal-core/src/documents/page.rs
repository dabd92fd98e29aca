use super::{DocumentBody, Paper};
use crate::{
    Error,
    adapter::{AdapterError, AdapterErrorKind, Disposition},
    portal::Wiring,
};

impl Wiring {
    /// A page of ours, or none where nobody writes any.
    pub(crate) async fn page(&self, paper: &Paper) -> Result<Option<DocumentBody>, Error> {
        let Some(writer) = &self.paper_writer else {
            return Ok(None);
        };
        let written = writer.write_paper(paper).await;
        let written = written.map_err(|e| {
            AdapterError::new(
                AdapterErrorKind::Misconfigured,
                Disposition::NeverSent,
                "paper-writer",
                "write",
                e.to_string(),
            )
        })?;
        Ok(Some(DocumentBody::File(written).checked()?))
    }
}
