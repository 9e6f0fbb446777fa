//! Facts about a node: its kubelet, who owns the manifest, strays, space.
