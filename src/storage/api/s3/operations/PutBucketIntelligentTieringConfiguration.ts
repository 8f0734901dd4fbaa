import {
  PutBucketIntelligentTieringConfiguration$,
  type PutBucketIntelligentTieringConfigurationRequest,
} from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { putConfiguration } from '../settings/configurations.ts'
import { intelligentTiering } from '../settings/specs.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketIntelligentTieringConfiguration.html. Objects move every hour. */
export const PutBucketIntelligentTieringConfiguration = operation<
  PutBucketIntelligentTieringConfigurationRequest,
  object
>(PutBucketIntelligentTieringConfiguration$, async (input, ctx) => {
  await putConfiguration(ctx, input, intelligentTiering, input.IntelligentTieringConfiguration)
  return {}
})
