//! Keyed hashes of client networks: passphrase attempts are counted by them, so a stolen store reveals no address.

use super::Vault;
use super::derive::Prk;
use crate::domain::{ClientNetwork, NetworkTag, SlotTag};

impl Vault {
    /// The pseudonym under which a network's attempts on a secret with this slot tag are counted.
    ///
    /// It differs for each slot tag, so that counters of two secrets cannot be linked. It depends on the active key: a
    /// key rotation gives each network one fresh window.
    #[must_use]
    pub fn network_tag(&self, network: ClientNetwork, tag: SlotTag) -> NetworkTag {
        let ring = self.ring();
        let prk = Prk::extract(&ring.writer().root, &[b"net", &network.to_bytes()]);
        let name = prk.sub("net/tag", tag.as_str().as_bytes());
        let mut short = [0; 8];
        short.copy_from_slice(&name[..8]);
        NetworkTag(short)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::vectors::Vector;

    #[test]
    fn the_published_vectors() {
        for (name, address) in
            [("network-tag-1-ipv4", "192.0.2.1"), ("network-tag-1-ipv6", "2001:db8:1:2:3::4")]
        {
            let vector = Vector::named(name);
            let network = ClientNetwork::of(address.parse().unwrap());
            assert_eq!(network.to_bytes(), vector.hex("network"));
            let tag = SlotTag::parse(&vector.text("tag")).unwrap();
            assert_eq!(Vault::from_vector(&vector).network_tag(network, tag).0, vector.array("network-tag"));
        }
    }
}
