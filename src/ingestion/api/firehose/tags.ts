import type { Tag } from '@aws-sdk/client-firehose'
import { AwsError } from '#protocol/aws'

const tagsMax = 50

export function toTags(tags: readonly Tag[]): Readonly<Record<string, string>> {
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key!, Value ?? '']))
}

export function checkCount(
  tags: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  if (Object.keys(tags).length > tagsMax) {
    throw new AwsError({
      name: 'LimitExceededException',
      message: `A delivery stream can have at most ${tagsMax} tags.`,
    })
  }
  return tags
}
