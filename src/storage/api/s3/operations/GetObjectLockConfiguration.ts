import {
  GetObjectLockConfiguration$,
  type GetObjectLockConfigurationRequest,
  type GetObjectLockConfigurationOutput,
} from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { objectLock } from '../settings/specs.ts'
import { getSetting } from '../settings/store.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectLockConfiguration.html */
export const GetObjectLockConfiguration = operation<
  GetObjectLockConfigurationRequest,
  GetObjectLockConfigurationOutput
>(GetObjectLockConfiguration$, async (input, ctx) => {
  return { ObjectLockConfiguration: await getSetting(ctx, input, objectLock) }
})
