/** Spanish function words that carry no meaning of their own in a question or an answer. */
export const SPANISH_STOP_WORDS: ReadonlySet<string> = new Set(
  `a al algo alguna algunas alguno algunos algún ante antes aquel aquella aquellas aquello aquellos aquí así aun
  aunque aún bajo bien cada casi como con contra cual cuales cualquier cuando cuanto cuál cuáles cuándo cuánta
  cuántas cuánto cuántos cómo de debe deben del desde después donde durante dónde e el ella ellas ello ellos en
  entonces entre era eran eres es esa esas ese eso esos esta estar estas este esto estos estoy está están fue
  fueron ha había hace hacer hago han has hasta hay haya he hemos la las le les lo los luego me mi mientras mis
  mucha muchas mucho muchos muy mí nada ni no nos nosotras nosotros nuestra nuestras nuestro nuestros o os otra
  otras otro otros para pero poco por porque puede pueden puedo pues que quien quienes quién qué se sea sean según
  ser si sido siendo sin sobre sois solo somos son soy su sus suya suyo sí sólo también tampoco tan tanto te
  tendrá tener tenga tengo tenía tiene tienen toda todas todavía todo todos tras tu tus tú un una unas uno unos
  usted ustedes va van vosotras vosotros vuestra vuestro y ya yo él`.split(/\s+/u),
);
