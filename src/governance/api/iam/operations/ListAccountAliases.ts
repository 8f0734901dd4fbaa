import {
  ListAccountAliases$,
  type ListAccountAliasesRequest,
  type ListAccountAliasesResponse,
} from '@aws-sdk/client-iam'
import { operation } from '../context.ts'

/**
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccountAliases.html
 * There are none here: they are not made or kept.
 */
export const ListAccountAliases = operation<ListAccountAliasesRequest, ListAccountAliasesResponse>(
  ListAccountAliases$,
  async (_input) => {
    return { AccountAliases: [], IsTruncated: false }
  },
)
