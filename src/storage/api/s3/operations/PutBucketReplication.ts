import { PutBucketReplication$, type PutBucketReplicationRequest } from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { replication } from '../settings/specs.ts'
import { putSetting } from '../settings/store.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketReplication.html. Checked, stored and returned; nothing is replicated. */
export const PutBucketReplication = operation<PutBucketReplicationRequest, object>(
  PutBucketReplication$,
  async (input, ctx) => {
    await putSetting(ctx, input, replication, input.ReplicationConfiguration)
    return {}
  },
)
