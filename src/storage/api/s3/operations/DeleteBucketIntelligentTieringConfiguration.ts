import {
  DeleteBucketIntelligentTieringConfiguration$,
  type DeleteBucketIntelligentTieringConfigurationRequest,
} from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { deleteConfiguration } from '../settings/configurations.ts'
import { intelligentTiering } from '../settings/specs.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketIntelligentTieringConfiguration.html */
export const DeleteBucketIntelligentTieringConfiguration = operation<
  DeleteBucketIntelligentTieringConfigurationRequest,
  object
>(DeleteBucketIntelligentTieringConfiguration$, async (input, ctx) => {
  await deleteConfiguration(ctx, input, intelligentTiering)
  return {}
})
