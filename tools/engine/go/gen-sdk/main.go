// Generates the SDKs of a schema: gen-sdk SCHEMA FOLDER. The engine asks its language hosts for that, which are in no
// Go module; the generators themselves are.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/blang/semver"
	gocode "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

func main() {
	text, err := os.ReadFile(os.Args[1])
	check(err)
	var spec schema.PackageSpec
	check(json.Unmarshal(text, &spec))
	pkg, diagnostics, err := schema.BindSpec(spec, noOthers{}, schema.ValidationOptions{})
	check(err)
	if diagnostics.HasErrors() {
		check(diagnostics)
	}
	files, err := nodejs.GeneratePackage("droplet-teardown", pkg, nil, nil, false, nil)
	check(err)
	write("nodejs", files)
	files, err = python.GeneratePackage("droplet-teardown", pkg, nil, nil)
	check(err)
	write("python", files)
	files, err = gocode.GeneratePackage("droplet-teardown", pkg, nil)
	check(err)
	write("go", files)
}

// The schema refers to no other package.
type noOthers struct{}

func (noOthers) LoadPackage(name string, _ *semver.Version) (*schema.Package, error) {
	return nil, fmt.Errorf("the schema refers to the package %s", name)
}

func (noOthers) LoadPackageV2(_ context.Context, other *schema.PackageDescriptor) (*schema.Package, error) {
	return nil, fmt.Errorf("the schema refers to the package %s", other.Name)
}

func write(language string, files map[string][]byte) {
	for name, content := range files {
		path := filepath.Join(os.Args[2], language, name)
		check(os.MkdirAll(filepath.Dir(path), 0o755))
		check(os.WriteFile(path, content, 0o644))
	}
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
