// A Droplet that is destroyed with everything but its snapshots and what its pattern names.
package main

import (
	dropletteardown "github.com/pulumi-droplet-teardown/pulumi-droplet-teardown/sdk/go/droplet-teardown"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		web, err := dropletteardown.NewDroplet(ctx, "web", &dropletteardown.DropletArgs{
			Image:  pulumi.String("ubuntu-24-04-x64"),
			Region: pulumi.String("nyc3"),
			Size:   pulumi.String("s-1vcpu-1gb"),
			Teardown: dropletteardown.DropletTeardownSettingsArgs{
				Policy: dropletteardown.PolicyByKindArgs{
					Default:   dropletteardown.PolicyActionDESTROY,
					Snapshots: dropletteardown.PolicyActionKEEP,
				},
				Keep: pulumi.StringArray{pulumi.String("pg-*")},
			},
		})
		if err != nil {
			return err
		}
		ctx.Export("dropletId", web.DropletId)
		ctx.Export("monthlyCost", web.MonthlyCost)
		return nil
	})
}
