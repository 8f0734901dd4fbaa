import { AwsError } from '#protocol/aws'

/** Length of a new data key: one of the two must be given. */
export function dataKeyBytes(input: {
  readonly KeySpec?: string
  readonly NumberOfBytes?: number
}): number {
  if ((input.KeySpec === undefined) === (input.NumberOfBytes === undefined)) {
    throw new AwsError({
      name: 'ValidationException',
      status: 400,
      message: 'Please specify either number of bytes or key spec.',
    })
  }
  if (input.NumberOfBytes !== undefined) return input.NumberOfBytes
  return input.KeySpec === 'AES_128' ? 16 : 32
}
