import {
  PutBucketLifecycleConfiguration$,
  type PutBucketLifecycleConfigurationRequest,
  type PutBucketLifecycleConfigurationOutput,
} from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { invalidArgument } from '../errors.ts'
import { lifecycle } from '../settings/specs.ts'
import { putSetting } from '../settings/store.ts'

const sizes = ['all_storage_classes_128K', 'varies_by_storage_class']

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html. Rules are run every hour. */
export const PutBucketLifecycleConfiguration = operation<
  PutBucketLifecycleConfigurationRequest,
  PutBucketLifecycleConfigurationOutput
>(PutBucketLifecycleConfiguration$, async (input, ctx) => {
  const size = input.TransitionDefaultMinimumObjectSize ?? 'all_storage_classes_128K'
  if (!sizes.includes(size)) {
    throw invalidArgument(
      'The transition default minimum object size is not valid',
      'x-amz-transition-default-minimum-object-size',
      size,
    )
  }
  const rules = input.LifecycleConfiguration?.Rules ?? []
  await putSetting(ctx, input, lifecycle, {
    Rules: rules,
    TransitionDefaultMinimumObjectSize: size,
  })
  return { TransitionDefaultMinimumObjectSize: size }
})
