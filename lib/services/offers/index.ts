export { deleteOffer, saveOffer } from "./change-offer.ts";
export { getOffer, getOfferChoices, listOfferComponents } from "./read-offers.ts";
