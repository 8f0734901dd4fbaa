import type { Operation } from '#protocol/aws'
import { withCallRates } from '../call-rates.ts'
import type { FirehoseContext } from '../context.ts'
import { CreateDeliveryStream } from './CreateDeliveryStream.ts'
import { DeleteDeliveryStream } from './DeleteDeliveryStream.ts'
import { DescribeDeliveryStream } from './DescribeDeliveryStream.ts'
import { ListDeliveryStreams } from './ListDeliveryStreams.ts'
import { ListTagsForDeliveryStream } from './ListTagsForDeliveryStream.ts'
import { PutRecord } from './PutRecord.ts'
import { PutRecordBatch } from './PutRecordBatch.ts'
import { StartDeliveryStreamEncryption } from './StartDeliveryStreamEncryption.ts'
import { StopDeliveryStreamEncryption } from './StopDeliveryStreamEncryption.ts'
import { TagDeliveryStream } from './TagDeliveryStream.ts'
import { UntagDeliveryStream } from './UntagDeliveryStream.ts'
import { UpdateDestination } from './UpdateDestination.ts'

export const operations: Readonly<Record<string, Operation<FirehoseContext>>> = {
  ...withCallRates({
    CreateDeliveryStream,
    DeleteDeliveryStream,
    DescribeDeliveryStream,
    ListDeliveryStreams,
    ListTagsForDeliveryStream,
    StartDeliveryStreamEncryption,
    StopDeliveryStreamEncryption,
    TagDeliveryStream,
    UntagDeliveryStream,
    UpdateDestination,
  }),
  PutRecord,
  PutRecordBatch,
}
