import { route } from '../route.ts';
import { listOf, name, strict } from '../shapes/common.ts';
import { exchangeBody, exchangedShape, publisherShape, savePublisherBody } from '../shapes/publishers.ts';

const publisher = strict({ publisher: name });

export const publisherRoutes = {
  listPublishers: route({
    method: 'GET',
    path: '/api/v1/publishers',
    tag: 'access',
    summary: 'Jobs of CI that may publish without a stored secret',
    statuses: [200],
    answer: listOf(publisherShape),
  }),
  getPublisher: route({
    method: 'GET',
    path: '/api/v1/publishers/{publisher}',
    tag: 'access',
    summary: 'One trusted publisher',
    params: publisher,
    statuses: [200],
    answer: publisherShape,
  }),
  savePublisher: route({
    method: 'PUT',
    path: '/api/v1/publishers/{publisher}',
    tag: 'access',
    summary: 'Let jobs of CI publish to a fleet, or change which ones; tokens that they hold end',
    params: publisher,
    body: savePublisherBody,
    statuses: [200],
    answer: publisherShape,
  }),
  removePublisher: route({
    method: 'DELETE',
    path: '/api/v1/publishers/{publisher}',
    tag: 'access',
    summary: 'Trust these jobs no longer; tokens that they hold end',
    params: publisher,
    statuses: [204],
  }),
  exchangeIdToken: route({
    method: 'POST',
    path: '/api/v1/oidc/token',
    tag: 'access',
    summary: 'Exchange the ID token of a job of CI for a short-lived token that publishes to one fleet',
    open: true,
    body: exchangeBody,
    statuses: [200],
    answer: exchangedShape,
  }),
} as const;
