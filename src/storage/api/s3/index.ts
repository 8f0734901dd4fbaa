import { defineService } from '#protocol/aws'
import type { S3Context } from './context.ts'
import { decideCors } from './cors.ts'
import { errors } from './errors.ts'
import { checkBody } from './body-checksum.ts'
import { limits } from './limits.ts'
import { placementOf } from './placement.ts'

export { s3PolicySource } from './access/policy-source.ts'
export { encryptionKeys } from './encryption-keys.ts'
export type { S3Context } from './context.ts'

/** Amazon S3: buckets and objects. */
export const s3 = defineService<S3Context>({
  name: 's3',
  protocols: ['restXml'],
  xmlNamespace: 'http://s3.amazonaws.com/doc/2006-03-01/',
  client: () => import('@aws-sdk/client-s3'),
  operations: async () => (await import('./operations/index.ts')).operations,
  errors,
  limits,
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
  headerBytesMax: 8 * 1024,
  cors: decideCors,
  placement: placementOf,
  checkBody,
  state: ({ objects }, object) => objects.generation(object),
})
