module kubelet

go 1.26.0
