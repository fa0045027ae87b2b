/** Of the element on the page of bundles that lists the files beside them. */
export const storeFilesId = "store-files";

/** Where such files are uploaded. */
export const uploadFilesHref = "/bundles/upload?loose=true";
