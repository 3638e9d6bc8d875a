# terraform init && terraform apply

terraform {
  required_providers {
    digitalocean = {
      source  = "digitalocean/digitalocean"
      version = "~> 2.0"
    }
  }
}

provider "digitalocean" {
  api_endpoint = "http://127.0.0.1:8080"
  token        = "dop_v1_0000000000000000000000000000000000000000000000000000000000000000"
}

resource "digitalocean_droplet" "web" {
  name   = "web-1"
  region = "nyc3"
  size   = "s-1vcpu-1gb"
  image  = "ubuntu-24-04-x64"
}

resource "digitalocean_volume" "data" {
  name   = "data"
  region = "nyc3"
  size   = 10
}

resource "digitalocean_volume_attachment" "data" {
  droplet_id = digitalocean_droplet.web.id
  volume_id  = digitalocean_volume.data.id
}
