import { DeleteBucketReplication$, type DeleteBucketReplicationRequest } from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { replication } from '../settings/specs.ts'
import { deleteSetting } from '../settings/store.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketReplication.html */
export const DeleteBucketReplication = operation<DeleteBucketReplicationRequest, object>(
  DeleteBucketReplication$,
  async (input, ctx) => {
    await deleteSetting(ctx, input, replication)
    return {}
  },
)
