import {
  RestoreObject$,
  type RestoreObjectOutput,
  type RestoreObjectRequest,
  type RestoreRequest,
} from '@aws-sdk/client-s3'
import type { RestoreTier } from '#storage/objects'
import { hidingAbsence } from '../access/absence.ts'
import { causeOf } from '../cause.ts'
import { operation } from '../context.ts'
import { malformedXml, notImplemented } from '../errors.ts'
import { objectOf } from '../refs.ts'

const tiers: readonly string[] = ['Standard', 'Bulk', 'Expedited']

/**
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_RestoreObject.html. The copy is made at once, whatever the tier: it takes as long as
 * the bytes do. Restores of the type SELECT are refused.
 */
export const RestoreObject = operation<RestoreObjectRequest, RestoreObjectOutput>(
  RestoreObject$,
  async (input, ctx) => {
    const ref = objectOf(input, ctx)
    const request = requestOf(input.RestoreRequest)
    const answer = await hidingAbsence(ctx, ref, () =>
      ctx.objects.tiering.restore(ref, request, causeOf(ctx)),
    )
    if (answer === 'started') ctx.responseStatus = 202
    return {}
  },
)

function requestOf(request: RestoreRequest | undefined): {
  readonly days?: number | undefined
  readonly tier: RestoreTier
} {
  if (!request) throw malformedXml()
  const { Type, SelectParameters, OutputLocation, Days: days } = request
  if (Type !== undefined || SelectParameters || OutputLocation) {
    throw notImplemented('restores that run a query (SELECT)')
  }
  const tier = request.GlacierJobParameters?.Tier ?? request.Tier ?? 'Standard'
  if (!tiers.includes(tier)) throw malformedXml()
  if (days !== undefined && (!Number.isInteger(days) || days < 1)) throw malformedXml()
  return { days, tier: tier as RestoreTier }
}
