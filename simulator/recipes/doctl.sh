#!/usr/bin/env bash
# Droplets, volumes and tags by doctl, at a simulator on port 8080.
set -euo pipefail

export DIGITALOCEAN_API_URL=${DIGITALOCEAN_API_URL:-http://127.0.0.1:8080}
DIGITALOCEAN_ACCESS_TOKEN=dop_v1_$(printf '0%.0s' {1..64})
export DIGITALOCEAN_ACCESS_TOKEN

doctl account get
doctl compute droplet create web-1 --region nyc3 --size s-1vcpu-1gb --image ubuntu-24-04-x64 --tag-names web --wait
doctl compute volume create data --region nyc3 --size 10GiB
doctl compute droplet list --tag-name web --format ID,Name,Status
doctl compute droplet delete web-1 --force
