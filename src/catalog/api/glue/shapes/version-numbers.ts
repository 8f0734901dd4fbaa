import { AwsError } from '#protocol/aws'

/** Versions that one request may name. */
const versionsMax = 1_000

/** `5`, or `1-7`. Error: `InvalidInputException`. */
export function versionNumbers(text: string): readonly number[] {
  const match = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(text.trim())
  const from = Number(match?.[1])
  const to = Number(match?.[2] ?? match?.[1])
  if (!match || from < 1 || to < from || to - from >= versionsMax) {
    throw new AwsError({
      name: 'InvalidInputException',
      message: `${text} is neither a version nor a range of at most ${versionsMax}.`,
    })
  }
  return Array.from({ length: to - from + 1 }, (_, index) => from + index)
}
