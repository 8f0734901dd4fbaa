import {
  ListMFADevices$,
  type ListMFADevicesRequest,
  type ListMFADevicesResponse,
} from '@aws-sdk/client-iam'
import { operation } from '../context.ts'
import { userOf } from '../subject.ts'

/**
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListMFADevices.html
 * There are none here: they are not made or kept.
 */
export const ListMFADevices = operation<ListMFADevicesRequest, ListMFADevicesResponse>(
  ListMFADevices$,
  async (input, { identity: { store }, caller }) => {
    await userOf(store, caller, input.UserName)
    return { MFADevices: [], IsTruncated: false }
  },
)
