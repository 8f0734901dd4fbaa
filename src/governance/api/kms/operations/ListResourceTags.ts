import {
  ListResourceTags$,
  type ListResourceTagsRequest,
  type ListResourceTagsResponse,
} from '@aws-sdk/client-kms'
import { operation } from '../context.ts'
import { keyOf } from '../key-of.ts'
import { toTags } from '../shapes.ts'

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_ListResourceTags.html */
export const ListResourceTags = operation<ListResourceTagsRequest, ListResourceTagsResponse>(
  ListResourceTags$,
  async (input, ctx) => {
    const key = await keyOf(ctx, input.KeyId!, 'ListResourceTags')
    return { Tags: toTags(key.tags), Truncated: false }
  },
)
