import type { WireRequest } from '#protocol/http'

/** The parameters of an awsQuery request: the form in the body, and what the URL holds. */
export function formOf(request: WireRequest, body: Buffer): URLSearchParams {
  const form = new URLSearchParams(body.toString())
  if (request.rawQuery !== '') {
    for (const [name, value] of new URLSearchParams(request.rawQuery)) {
      if (!form.has(name)) form.append(name, value)
    }
  }
  return form
}
