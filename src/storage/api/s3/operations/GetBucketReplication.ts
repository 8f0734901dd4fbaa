import {
  GetBucketReplication$,
  type GetBucketReplicationRequest,
  type GetBucketReplicationOutput,
} from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { replication } from '../settings/specs.ts'
import { getSetting } from '../settings/store.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketReplication.html */
export const GetBucketReplication = operation<
  GetBucketReplicationRequest,
  GetBucketReplicationOutput
>(GetBucketReplication$, async (input, ctx) => {
  return { ReplicationConfiguration: await getSetting(ctx, input, replication) }
})
