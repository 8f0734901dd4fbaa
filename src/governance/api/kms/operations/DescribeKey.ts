import {
  DescribeKey$,
  type DescribeKeyRequest,
  type DescribeKeyResponse,
} from '@aws-sdk/client-kms'
import { operation } from '../context.ts'
import { keyOf } from '../key-of.ts'
import { toMetadata } from '../shapes.ts'

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html */
export const DescribeKey = operation<DescribeKeyRequest, DescribeKeyResponse>(
  DescribeKey$,
  async (input, ctx) => {
    return { KeyMetadata: toMetadata(await keyOf(ctx, input.KeyId!, 'DescribeKey')) }
  },
)
