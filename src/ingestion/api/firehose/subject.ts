import type { DeliveryRef } from '#ingestion/delivery'
import type { Call } from '#protocol/aws'

/** The delivery stream that a request names. */
export function streamOf(
  { accountId, region }: Pick<Call, 'accountId' | 'region'>,
  input: { readonly DeliveryStreamName: string | undefined },
): DeliveryRef {
  return { accountId, region, name: input.DeliveryStreamName! }
}
