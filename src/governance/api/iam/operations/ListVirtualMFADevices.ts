import {
  ListVirtualMFADevices$,
  type ListVirtualMFADevicesRequest,
  type ListVirtualMFADevicesResponse,
} from '@aws-sdk/client-iam'
import { operation } from '../context.ts'

/**
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListVirtualMFADevices.html
 * There are none here: they are not made or kept.
 */
export const ListVirtualMFADevices = operation<
  ListVirtualMFADevicesRequest,
  ListVirtualMFADevicesResponse
>(ListVirtualMFADevices$, async (_input) => {
  return { VirtualMFADevices: [], IsTruncated: false }
})
