module longhaul/cluster/init

go 1.24
