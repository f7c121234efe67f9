// The AWS SDK for Go, version 2, as Debian has it: main BUCKET FOLDER.
package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/feature/s3/manager"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

const hello = "Hello!\n"

var (
	ctx            = context.Background()
	bucket, folder = os.Args[1], os.Args[2]
)

func key(name string) *string { return aws.String(folder + name) }

// connect makes the one client. Versions before 1.27 do not read AWS_ENDPOINT_URL by themselves.
func connect() (*s3.Client, error) {
	endpoint := func(string, string, ...interface{}) (aws.Endpoint, error) {
		return aws.Endpoint{URL: os.Getenv("AWS_ENDPOINT_URL"), SigningRegion: os.Getenv("AWS_REGION")}, nil
	}
	resolver := config.WithEndpointResolverWithOptions(aws.EndpointResolverWithOptionsFunc(endpoint))
	settings, err := config.LoadDefaultConfig(ctx, resolver)
	return s3.NewFromConfig(settings, func(options *s3.Options) { options.UsePathStyle = true }), err
}

func write(client *s3.Client) error {
	body := strings.NewReader(hello)
	_, err := client.PutObject(ctx, &s3.PutObjectInput{Bucket: &bucket, Key: key("hello.txt"), Body: body})
	return err
}

func read(client *s3.Client) error {
	answer, err := client.GetObject(ctx, &s3.GetObjectInput{Bucket: &bucket, Key: key("hello.txt")})
	if err != nil {
		return err
	}
	found, err := io.ReadAll(answer.Body)
	if err == nil && string(found) != hello {
		err = fmt.Errorf("%q is not %q", found, hello)
	}
	return err
}

func remove(client *s3.Client) error {
	for _, name := range []string{"hello.txt", "large.bin"} {
		if _, err := client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &bucket, Key: key(name)}); err != nil {
			return err
		}
	}
	return nil
}

// multipart writes parts of 5 MiB.
func multipart(client *s3.Client) error {
	content := bytes.NewReader(make([]byte, 12<<20))
	_, err := manager.NewUploader(client).Upload(ctx, &s3.PutObjectInput{
		Bucket: &bucket, Key: key("large.bin"), Body: content,
	})
	return err
}

func main() {
	client, failure := connect()
	operations := map[string]func(*s3.Client) error{
		"write": write, "read": read, "multipart": multipart, "delete": remove,
	}
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		outcome, err := "ok", failure
		if operation, isOther := operations[lines.Text()]; err == nil && isOther {
			err = operation(client)
		} else if err == nil {
			var page *s3.ListObjectsV2Output
			page, err = client.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: &bucket, Prefix: &folder})
			if err == nil {
				outcome = fmt.Sprint(len(page.Contents))
			}
		}
		if err != nil {
			outcome = strings.Join(strings.Fields(err.Error()), " ")
		}
		fmt.Println(outcome)
	}
}
