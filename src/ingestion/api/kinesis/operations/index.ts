import type { Operation } from '#protocol/aws'
import { withCallRates } from '../call-rates.ts'
import type { KinesisContext } from '../context.ts'
import { AddTagsToStream } from './AddTagsToStream.ts'
import { CreateChannel } from './CreateChannel.ts'
import { CreateStream } from './CreateStream.ts'
import { DecreaseStreamRetentionPeriod } from './DecreaseStreamRetentionPeriod.ts'
import { DeleteChannel } from './DeleteChannel.ts'
import { DeleteResourcePolicy } from './DeleteResourcePolicy.ts'
import { DeleteStream } from './DeleteStream.ts'
import { DeregisterStreamConsumer } from './DeregisterStreamConsumer.ts'
import { DescribeAccountSettings } from './DescribeAccountSettings.ts'
import { DescribeChannel } from './DescribeChannel.ts'
import { DescribeLimits } from './DescribeLimits.ts'
import { DescribeStream } from './DescribeStream.ts'
import { DescribeStreamConsumer } from './DescribeStreamConsumer.ts'
import { DescribeStreamSummary } from './DescribeStreamSummary.ts'
import { DisableEnhancedMonitoring } from './DisableEnhancedMonitoring.ts'
import { EnableEnhancedMonitoring } from './EnableEnhancedMonitoring.ts'
import { GetRecords } from './GetRecords.ts'
import { GetResourcePolicy } from './GetResourcePolicy.ts'
import { GetShardIterator } from './GetShardIterator.ts'
import { IncreaseStreamRetentionPeriod } from './IncreaseStreamRetentionPeriod.ts'
import { ListChannels } from './ListChannels.ts'
import { ListShards } from './ListShards.ts'
import { ListStreamConsumers } from './ListStreamConsumers.ts'
import { ListStreams } from './ListStreams.ts'
import { ListTagsForResource } from './ListTagsForResource.ts'
import { ListTagsForStream } from './ListTagsForStream.ts'
import { MergeShards } from './MergeShards.ts'
import { PutRecord } from './PutRecord.ts'
import { PutRecords } from './PutRecords.ts'
import { PutResourcePolicy } from './PutResourcePolicy.ts'
import { RegisterStreamConsumer } from './RegisterStreamConsumer.ts'
import { RemoveTagsFromStream } from './RemoveTagsFromStream.ts'
import { SplitShard } from './SplitShard.ts'
import { StartStreamEncryption } from './StartStreamEncryption.ts'
import { StopStreamEncryption } from './StopStreamEncryption.ts'
import { SubscribeToShard } from './SubscribeToShard.ts'
import { TagResource } from './TagResource.ts'
import { UntagResource } from './UntagResource.ts'
import { UpdateAccountSettings } from './UpdateAccountSettings.ts'
import { UpdateChannel } from './UpdateChannel.ts'
import { UpdateMaxRecordSize } from './UpdateMaxRecordSize.ts'
import { UpdateStreamRecordDistributionStrategy } from './UpdateStreamRecordDistributionStrategy.ts'
import { UpdateShardCount } from './UpdateShardCount.ts'
import { UpdateStreamMode } from './UpdateStreamMode.ts'
import { UpdateStreamWarmThroughput } from './UpdateStreamWarmThroughput.ts'

export const operations: Readonly<Record<string, Operation<KinesisContext>>> = withCallRates({
  AddTagsToStream,
  CreateChannel,
  CreateStream,
  DecreaseStreamRetentionPeriod,
  DeleteChannel,
  DeleteResourcePolicy,
  DeleteStream,
  DeregisterStreamConsumer,
  DescribeAccountSettings,
  DescribeChannel,
  DescribeLimits,
  DescribeStream,
  DescribeStreamConsumer,
  DescribeStreamSummary,
  DisableEnhancedMonitoring,
  EnableEnhancedMonitoring,
  GetRecords,
  GetResourcePolicy,
  GetShardIterator,
  IncreaseStreamRetentionPeriod,
  ListChannels,
  ListShards,
  ListStreamConsumers,
  ListStreams,
  ListTagsForResource,
  ListTagsForStream,
  MergeShards,
  PutRecord,
  PutRecords,
  PutResourcePolicy,
  RegisterStreamConsumer,
  RemoveTagsFromStream,
  SplitShard,
  StartStreamEncryption,
  StopStreamEncryption,
  SubscribeToShard,
  TagResource,
  UntagResource,
  UpdateAccountSettings,
  UpdateChannel,
  UpdateMaxRecordSize,
  UpdateStreamRecordDistributionStrategy,
  UpdateShardCount,
  UpdateStreamMode,
  UpdateStreamWarmThroughput,
})
