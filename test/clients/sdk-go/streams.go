package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
)

const (
	shard    = "shardId-000000000000"
	patience = 60 * time.Second
)

// streams writes to a stream, reads it from every kind of position, and has it pushed.
func streams(ctx context.Context, client *kinesis.Client, name string) error {
	if _, err := client.CreateStream(ctx, &kinesis.CreateStreamInput{StreamName: &name, ShardCount: aws.Int32(1)}); err != nil {
		return err
	}
	waiter := kinesis.NewStreamExistsWaiter(client)
	if err := waiter.Wait(ctx, &kinesis.DescribeStreamInput{StreamName: &name}, patience); err != nil {
		return err
	}
	for _, text := range []string{"a", "b", "c"} {
		if err := put(ctx, client, name, text); err != nil {
			return err
		}
	}
	if err := iterators(ctx, client, name); err != nil {
		return fmt.Errorf("iterators: %w", err)
	}
	if err := pushed(ctx, client, name); err != nil {
		return fmt.Errorf("fan-out: %w", err)
	}
	_, err := client.PutRecord(ctx, &kinesis.PutRecordInput{
		StreamName: aws.String("nothing-here"), PartitionKey: aws.String("k"), Data: []byte("x"),
	})
	var missing *types.ResourceNotFoundException
	if !errors.As(err, &missing) {
		return fmt.Errorf("a stream that is not there: %v", err)
	}
	_, err = client.DeleteStream(ctx, &kinesis.DeleteStreamInput{StreamName: &name, EnforceConsumerDeletion: aws.Bool(true)})
	return err
}

func put(ctx context.Context, client *kinesis.Client, name, text string) error {
	_, err := client.PutRecord(ctx, &kinesis.PutRecordInput{
		StreamName: &name, PartitionKey: aws.String("k"), Data: []byte(text),
	})
	return err
}

func iterators(ctx context.Context, client *kinesis.Client, name string) error {
	all, err := read(ctx, client, name, kinesis.GetShardIteratorInput{ShardIteratorType: types.ShardIteratorTypeTrimHorizon})
	if err != nil {
		return err
	}
	if texts(all) != "a b c" {
		return fmt.Errorf("from the start came %q", texts(all))
	}
	second := all[1]
	var since []types.Record
	for _, record := range all {
		if !record.ApproximateArrivalTimestamp.Before(*second.ApproximateArrivalTimestamp) {
			since = append(since, record)
		}
	}
	for _, each := range []struct {
		position kinesis.GetShardIteratorInput
		wanted   string
	}{
		{kinesis.GetShardIteratorInput{
			ShardIteratorType: types.ShardIteratorTypeAtSequenceNumber, StartingSequenceNumber: second.SequenceNumber,
		}, "b c"},
		{kinesis.GetShardIteratorInput{
			ShardIteratorType: types.ShardIteratorTypeAfterSequenceNumber, StartingSequenceNumber: second.SequenceNumber,
		}, "c"},
		{kinesis.GetShardIteratorInput{
			ShardIteratorType: types.ShardIteratorTypeAtTimestamp, Timestamp: second.ApproximateArrivalTimestamp,
		}, texts(since)},
		{kinesis.GetShardIteratorInput{ShardIteratorType: types.ShardIteratorTypeLatest}, ""},
	} {
		found, err := read(ctx, client, name, each.position)
		if err != nil {
			return err
		}
		if texts(found) != each.wanted {
			return fmt.Errorf("%s: %q, not %q", each.position.ShardIteratorType, texts(found), each.wanted)
		}
	}
	return nil
}

func read(ctx context.Context, client *kinesis.Client, name string, position kinesis.GetShardIteratorInput) ([]types.Record, error) {
	position.StreamName, position.ShardId = &name, aws.String(shard)
	iterator, err := client.GetShardIterator(ctx, &position)
	if err != nil {
		return nil, err
	}
	got, err := client.GetRecords(ctx, &kinesis.GetRecordsInput{ShardIterator: iterator.ShardIterator})
	if err != nil {
		return nil, err
	}
	return got.Records, nil
}

func texts(records []types.Record) string {
	words := make([]string, len(records))
	for index, record := range records {
		words[index] = string(record.Data)
	}
	return strings.Join(words, " ")
}

// pushed follows a shard from its first record to its end, which a split brings.
func pushed(ctx context.Context, client *kinesis.Client, name string) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	described, err := client.DescribeStreamSummary(ctx, &kinesis.DescribeStreamSummaryInput{StreamName: &name})
	if err != nil {
		return err
	}
	registered, err := client.RegisterStreamConsumer(ctx, &kinesis.RegisterStreamConsumerInput{
		StreamARN: described.StreamDescriptionSummary.StreamARN, ConsumerName: aws.String("go"),
	})
	if err != nil {
		return err
	}
	subscribed, err := client.SubscribeToShard(ctx, &kinesis.SubscribeToShardInput{
		ConsumerARN: registered.Consumer.ConsumerARN, ShardId: aws.String(shard),
		StartingPosition: &types.StartingPosition{Type: types.ShardIteratorTypeTrimHorizon},
	})
	if err != nil {
		return err
	}
	stream := subscribed.GetStream()
	defer stream.Close()
	var found []types.Record
	var last types.SubscribeToShardEvent
	isSplit := false
	for event := range stream.Events() {
		came, isEvent := event.(*types.SubscribeToShardEventStreamMemberSubscribeToShardEvent)
		if !isEvent {
			return fmt.Errorf("an event of type %T", event)
		}
		last = came.Value
		found = append(found, last.Records...)
		if isSplit || len(found) == 0 {
			continue
		}
		isSplit = true
		if err := put(ctx, client, name, "d"); err != nil {
			return err
		}
		if _, err := client.SplitShard(ctx, &kinesis.SplitShardInput{
			StreamName: &name, ShardToSplit: aws.String(shard),
			NewStartingHashKey: aws.String("170141183460469231731687303715884105728"),
		}); err != nil {
			return err
		}
	}
	if err := stream.Err(); err != nil {
		return err
	}
	if texts(found) != "a b c d" {
		return fmt.Errorf("pushed were %q", texts(found))
	}
	if last.ContinuationSequenceNumber != nil || len(last.ChildShards) != 2 {
		return fmt.Errorf("the last event has %d children", len(last.ChildShards))
	}
	return nil
}
