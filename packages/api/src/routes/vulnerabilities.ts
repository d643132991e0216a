import { route } from '../route.ts';
import { digestText, listOf, name, strict } from '../shapes/common.ts';
import {
  addDataSetBody,
  affectedDeviceShape,
  affectedDevicesQuery,
  affectedQuery,
  affectedShape,
  awarenessBody,
  awarenessShape,
  dataSetShape,
  disclosureShape,
  removeDataSetBody,
  vulnerabilityId,
} from '../shapes/vulnerabilities.ts';

const tag = 'vulnerabilities';
const fleet = strict({ fleet: name });
const vulnerability = strict({ vulnerability: vulnerabilityId });

export const vulnerabilityRoutes = {
  listDataSets: route({
    method: 'GET',
    path: '/api/v1/data-sets',
    tag,
    summary: 'Vulnerability data that were imported, newest first',
    statuses: [200],
    answer: listOf(dataSetShape),
  }),
  addDataSet: route({
    method: 'POST',
    path: '/api/v1/data-sets',
    tag,
    summary: 'Take an uploaded data set file into use; published releases are looked at again',
    body: addDataSetBody,
    statuses: [201],
    answer: dataSetShape,
  }),
  removeDataSet: route({
    method: 'POST',
    path: '/api/v1/data-sets/{sha256}/remove',
    tag,
    summary: 'Let verdicts rest on it no more; published releases are looked at again',
    params: strict({ sha256: digestText }),
    body: removeDataSetBody,
    statuses: [204],
  }),
  findAffected: route({
    method: 'GET',
    path: '/api/v1/affected',
    tag,
    summary:
      'Which releases of all fleets have a vulnerability or a component, which devices run them now, and the way out',
    query: affectedQuery,
    bound: true,
    statuses: [200],
    answer: affectedShape,
  }),
  findAffectedInFleet: route({
    method: 'GET',
    path: '/api/v1/fleets/{fleet}/affected',
    tag,
    summary: 'The same for one fleet',
    params: fleet,
    query: affectedQuery,
    statuses: [200],
    answer: affectedShape,
  }),
  listAffectedDevices: route({
    method: 'GET',
    path: '/api/v1/fleets/{fleet}/affected/devices',
    tag,
    summary: 'Devices that run what is affected now; a short page may have a next one',
    params: fleet,
    query: affectedDevicesQuery,
    statuses: [200],
    answer: listOf(affectedDeviceShape),
  }),
  getDisclosure: route({
    method: 'GET',
    path: '/api/v1/vulnerabilities/{vulnerability}/disclosure',
    tag,
    summary: 'Deadlines of Article 14 of the CRA, and drafts of its reports with the facts that are known',
    params: vulnerability,
    statuses: [200],
    answer: disclosureShape,
  }),
  setAwareness: route({
    method: 'PUT',
    path: '/api/v1/vulnerabilities/{vulnerability}/awareness',
    tag,
    summary: 'Say since when a vulnerability is known; deadlines count from there',
    params: vulnerability,
    body: awarenessBody,
    statuses: [200],
    answer: awarenessShape,
  }),
} as const;
