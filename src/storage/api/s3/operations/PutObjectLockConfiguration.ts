import {
  PutObjectLockConfiguration$,
  type PutObjectLockConfigurationRequest,
} from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { objectLock } from '../settings/specs.ts'
import { putSetting } from '../settings/store.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectLockConfiguration.html */
export const PutObjectLockConfiguration = operation<PutObjectLockConfigurationRequest, object>(
  PutObjectLockConfiguration$,
  async (input, ctx) => {
    await putSetting(ctx, input, objectLock, input.ObjectLockConfiguration)
    return {}
  },
)
