import {
  ListSigningCertificates$,
  type ListSigningCertificatesRequest,
  type ListSigningCertificatesResponse,
} from '@aws-sdk/client-iam'
import { operation } from '../context.ts'
import { userOf } from '../subject.ts'

/**
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListSigningCertificates.html
 * There are none here: they are not made or kept.
 */
export const ListSigningCertificates = operation<
  ListSigningCertificatesRequest,
  ListSigningCertificatesResponse
>(ListSigningCertificates$, async (input, { identity: { store }, caller }) => {
  await userOf(store, caller, input.UserName)
  return { Certificates: [], IsTruncated: false }
})
