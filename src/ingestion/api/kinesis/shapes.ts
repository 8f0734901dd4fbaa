import type {
  ChildShard,
  Consumer as WireConsumer,
  EnhancedMetrics,
  MetricsName,
  MinimumThroughputBillingCommitmentOutput,
  _Record,
  Shard as WireShard,
} from '@aws-sdk/client-kinesis'
import {
  SequenceNumbers,
  endOfShard,
  type Commitment,
  type Consumer,
  type Shard,
  type Stream,
  type StreamRecord,
  type StreamReference,
} from '#ingestion/streams'
import { AwsError } from '#protocol/aws'

/** The stream that a request names: by name, by ARN, or by both. */
export function referenceOf(input: {
  readonly StreamName?: string
  readonly StreamARN?: string
}): StreamReference {
  return { name: input.StreamName, arn: input.StreamARN }
}

export function asWireShard(shard: Shard): WireShard {
  const numbers = new SequenceNumbers(shard)
  return {
    ShardId: shard.id,
    ParentShardId: shard.parentId,
    AdjacentParentShardId: shard.adjacentParentId,
    HashKeyRange: asWireRange(shard),
    SequenceNumberRange: {
      StartingSequenceNumber: numbers.of(0n),
      EndingSequenceNumber: shard.closedAtMs === undefined ? undefined : numbers.of(endOfShard),
    },
  }
}

export function asWireRange(shard: Shard) {
  return {
    StartingHashKey: String(shard.startingHashKey),
    EndingHashKey: String(shard.endingHashKey),
  }
}

export function asWireChild(shard: Shard): ChildShard {
  return {
    ShardId: shard.id,
    ParentShards: [shard.parentId!, ...(shard.adjacentParentId ? [shard.adjacentParentId] : [])],
    HashKeyRange: asWireRange(shard),
  }
}

export function asWireRecords(records: readonly StreamRecord[]): _Record[] {
  return records.map((record) => ({
    SequenceNumber: record.sequenceNumber,
    ApproximateArrivalTimestamp: new Date(record.arrivalMs),
    Data: record.data,
    PartitionKey: record.partitionKey,
    EncryptionType: record.kmsKeyArn ? 'KMS' : 'NONE',
  }))
}

/** What DescribeStream and DescribeStreamSummary have in common. */
export function asWireStream(stream: Stream) {
  return {
    StreamName: stream.name,
    StreamARN: stream.arn,
    StreamStatus: stream.status,
    StreamModeDetails: { StreamMode: stream.mode },
    RetentionPeriodHours: stream.retentionHours,
    StreamCreationTimestamp: new Date(stream.createdAtMs),
    EnhancedMonitoring: [monitoringOf(stream)],
    EncryptionType: encryptionOf(stream),
    KeyId: stream.kmsKeyId,
  }
}

export function encryptionOf(stream: Stream): 'KMS' | 'NONE' {
  return stream.kmsKeyId === undefined ? 'NONE' : 'KMS'
}

function monitoringOf(stream: Stream): EnhancedMetrics {
  return { ShardLevelMetrics: stream.shardLevelMetrics as MetricsName[] }
}

export function asWireConsumer(consumer: Consumer): WireConsumer {
  return {
    ConsumerName: consumer.name,
    ConsumerARN: consumer.arn,
    ConsumerStatus: 'ACTIVE',
    ConsumerCreationTimestamp: new Date(consumer.createdAtMs),
  }
}

/** Answers a DryRun, when all that can be checked beforehand was found right. */
export function refuseDryRun(input: { readonly DryRun?: boolean }): void {
  if (!input.DryRun) return
  throw new AwsError({
    name: 'DryRunOperationException',
    message: 'The request was rejected because the DryRun parameter was specified.',
  })
}

export function asWireTags(tags: Readonly<Record<string, string>>) {
  return Object.keys(tags)
    .toSorted()
    .map((key) => ({ Key: key, Value: tags[key]! }))
}

export function asWireCommitment({
  status,
  ...times
}: Commitment): MinimumThroughputBillingCommitmentOutput {
  const at = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms))
  return {
    Status: status,
    StartedAt: at(times.startedAtMs),
    EndedAt: at(times.endedAtMs),
    EarliestAllowedEndAt: at(times.earliestEndAtMs),
  }
}
