/// Stand-in.
#[derive(Debug)]
pub struct SecondFactorSetup(());
