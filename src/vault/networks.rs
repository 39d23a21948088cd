//! Keyed hashes of client networks: tries are counted by them, and a stolen store tells no address.

use super::Vault;
use super::derive::Prk;
use crate::domain::{ClientNetwork, NetworkTag, SlotTag};

impl Vault {
    /// The name under which a network's tries on a secret with this slot tag are counted.
    ///
    /// Another slot tag gives the network another name, so that counters of two secrets cannot be joined. The writing key
    /// makes the name: when keys are rotated a network gets a fresh window, once.
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
            assert_eq!(Vault::of_vector(&vector).network_tag(network, tag).0, vector.array("network-tag"));
        }
    }
}
