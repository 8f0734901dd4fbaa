import type { Shape, StructureShape } from '../shape.ts'
import type { WireFailure } from '../wire.ts'

/** The members of an error: its message under the name that the model gives it (`message`, `Message`), and its fields. */
export function failureFields(
  failure: WireFailure,
  toDocument: (shape: Shape, value: unknown) => unknown,
): Record<string, unknown> {
  const messageKey = messageMember(failure.shape)
  const document: Record<string, unknown> = {}
  if (failure.message !== '') document[messageKey] = failure.message
  const { [messageKey]: _, ...fields } = failure.fields
  return Object.assign(document, failure.shape ? toDocument(failure.shape, fields) : fields)
}

export function messageMember(shape: StructureShape | undefined): string {
  return shape?.members.find((member) => member.name.toLowerCase() === 'message')?.name ?? 'message'
}
