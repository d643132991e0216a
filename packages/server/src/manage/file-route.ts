/** What a route that answers with a file says of it in the OpenAPI document: routes without tag and answer are not in it. */
export function bytesAnswer(mediaType: string): Readonly<Record<string, object>> {
  const file = { schema: { type: 'string', format: 'binary' } };
  return { 200: { description: 'The file', content: { [mediaType]: file } } };
}
