import {
  GetBucketIntelligentTieringConfiguration$,
  type GetBucketIntelligentTieringConfigurationRequest,
  type GetBucketIntelligentTieringConfigurationOutput,
} from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { getConfiguration } from '../settings/configurations.ts'
import { intelligentTiering } from '../settings/specs.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketIntelligentTieringConfiguration.html */
export const GetBucketIntelligentTieringConfiguration = operation<
  GetBucketIntelligentTieringConfigurationRequest,
  GetBucketIntelligentTieringConfigurationOutput
>(GetBucketIntelligentTieringConfiguration$, async (input, ctx) => ({
  IntelligentTieringConfiguration: await getConfiguration(ctx, input, intelligentTiering),
}))
