// The AWS SDK for Go v2 as it comes: everything it needs to know is in the environment.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/feature/s3/manager"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

func main() {
	if err := run(context.Background(), os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println("ok")
}

func run(ctx context.Context, name string) error {
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return err
	}
	identity, err := sts.NewFromConfig(cfg).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return fmt.Errorf("sts: %w", err)
	}
	if *identity.Account != "123456789012" {
		return fmt.Errorf("sts: account %s", *identity.Account)
	}
	if err := streams(ctx, kinesis.NewFromConfig(cfg), name); err != nil {
		return fmt.Errorf("kinesis: %w", err)
	}
	if err := objects(ctx, s3.NewFromConfig(cfg), name); err != nil {
		return fmt.Errorf("s3: %w", err)
	}
	return nil
}

func objects(ctx context.Context, client *s3.Client, bucket string) error {
	if _, err := client.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: &bucket}); err != nil {
		return err
	}
	body := bytes.Repeat([]byte("lake"), 100_000)
	key := "a key/ü.bin"
	if _, err := client.PutObject(ctx, &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: bytes.NewReader(body)}); err != nil {
		return err
	}
	got, err := client.GetObject(ctx, &s3.GetObjectInput{Bucket: &bucket, Key: &key})
	if err != nil {
		return err
	}
	defer got.Body.Close()
	read, err := io.ReadAll(got.Body)
	if err != nil {
		return err
	}
	if !bytes.Equal(read, body) {
		return fmt.Errorf("%d bytes came back, not the %d that were put", len(read), len(body))
	}
	if err := transfers(ctx, client, bucket); err != nil {
		return fmt.Errorf("transfers: %w", err)
	}
	if err := presigned(ctx, client, bucket, key, body); err != nil {
		return fmt.Errorf("presigned: %w", err)
	}
	pages := s3.NewListObjectsV2Paginator(client, &s3.ListObjectsV2Input{Bucket: &bucket, MaxKeys: aws.Int32(1)})
	var found []s3types.ObjectIdentifier
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, object := range page.Contents {
			found = append(found, s3types.ObjectIdentifier{Key: object.Key})
		}
	}
	if len(found) != 2 {
		return fmt.Errorf("%d objects are listed", len(found))
	}
	if _, err := client.DeleteObjects(ctx, &s3.DeleteObjectsInput{
		Bucket: &bucket, Delete: &s3types.Delete{Objects: found},
	}); err != nil {
		return err
	}
	_, err = client.GetObject(ctx, &s3.GetObjectInput{Bucket: &bucket, Key: &key})
	var missing *s3types.NoSuchKey
	if !errors.As(err, &missing) {
		return fmt.Errorf("a deleted object: %v", err)
	}
	_, err = client.DeleteBucket(ctx, &s3.DeleteBucketInput{Bucket: &bucket})
	return err
}

// transfers goes through the transfer manager: parts up and ranges down, several at a time.
func transfers(ctx context.Context, client *s3.Client, bucket string) error {
	body := bytes.Repeat([]byte("0123456789abcdef"), 1_100_000)
	key := "big"
	uploader := manager.NewUploader(client, func(u *manager.Uploader) { u.PartSize = manager.MinUploadPartSize })
	// Without a length the manager has to read ahead.
	stream := struct{ io.Reader }{bytes.NewReader(body)}
	if _, err := uploader.Upload(ctx, &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: stream}); err != nil {
		return err
	}
	buffer := manager.NewWriteAtBuffer(nil)
	downloader := manager.NewDownloader(client, func(d *manager.Downloader) { d.PartSize = 3_000_000 })
	if _, err := downloader.Download(ctx, buffer, &s3.GetObjectInput{Bucket: &bucket, Key: &key}); err != nil {
		return err
	}
	if !bytes.Equal(buffer.Bytes(), body) {
		return fmt.Errorf("%d bytes came back, not the %d that were put", len(buffer.Bytes()), len(body))
	}
	region, err := manager.GetBucketRegion(ctx, client, bucket)
	if err != nil {
		return err
	}
	if region != "us-east-1" {
		return fmt.Errorf("the bucket is in %s", region)
	}
	return nil
}

func presigned(ctx context.Context, client *s3.Client, bucket, key string, body []byte) error {
	signed, err := s3.NewPresignClient(client).PresignGetObject(ctx, &s3.GetObjectInput{Bucket: &bucket, Key: &key})
	if err != nil {
		return err
	}
	answer, err := http.Get(signed.URL)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	read, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if answer.StatusCode != 200 || !bytes.Equal(read, body) {
		return fmt.Errorf("status %d, %d bytes", answer.StatusCode, len(read))
	}
	return nil
}
