// go mod init recipe && go get github.com/digitalocean/godo && go run .
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"strings"

	"github.com/digitalocean/godo"
)

func main() {
	url := os.Getenv("DIGITALOCEAN_API_URL")
	if url == "" {
		url = "http://127.0.0.1:8080"
	}
	client := godo.NewFromToken("dop_v1_" + strings.Repeat("0", 64))
	if err := godo.SetBaseURL(url)(client); err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	droplet, _, err := client.Droplets.Create(ctx, &godo.DropletCreateRequest{
		Name:   "web-1",
		Region: "nyc3",
		Size:   "s-1vcpu-1gb",
		Image:  godo.DropletCreateImage{Slug: "ubuntu-24-04-x64"},
		Tags:   []string{"web"},
	})
	if err != nil {
		log.Fatal(err)
	}
	tagged, _, err := client.Droplets.ListByTag(ctx, "web", nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(droplet.ID, len(tagged))
}
