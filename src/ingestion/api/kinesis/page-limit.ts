/**
 * How many a page has at most. Of a number with a fraction AWS takes the whole ones: see the types of kinesalite
 * (https://github.com/mhart/kinesalite/blob/main/validations/index.js), which follow what AWS answers.
 */
export function pageLimit(
  asked: number | undefined,
  limits: { readonly usual: number; readonly max: number },
): number {
  return Math.floor(Math.min(asked ?? limits.usual, limits.max))
}
