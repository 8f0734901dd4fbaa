import type { PublicAccessBlockConfiguration } from '@aws-sdk/client-s3'
import { s3Error } from '../errors.ts'
import type { SettingSpec } from './store.ts'

export const publicAccessBlock: SettingSpec<PublicAccessBlockConfiguration> = {
  name: 'public-access-block',
  missing: () =>
    s3Error(
      'NoSuchPublicAccessBlockConfiguration',
      404,
      'The public access block configuration was not found',
    ),
  check: (value) => ({
    BlockPublicAcls: value.BlockPublicAcls ?? false,
    IgnorePublicAcls: value.IgnorePublicAcls ?? false,
    BlockPublicPolicy: value.BlockPublicPolicy ?? false,
    RestrictPublicBuckets: value.RestrictPublicBuckets ?? false,
  }),
}
