// English words that people write, as regular expressions. Each must be a literal: a test reads them all and measures that they take
// linear time. A few words of other languages are included, because people do not think about the bot's language.
import type { IntentWords } from '../intent-words.ts';

export const intentWords: IntentWords = {
  cancel: /\b(cancel|abbrechen|annuler|cancelar)\b/,
  status: /\bstatus\b/,
  reset: /\breset[- ]?(?:(?:my|the) )?password\b|\bpassword reset\b/,
  unlock: /\bunlock\b/,
  change: /\bchange[- ]?(?:(?:my|the) )?password\b|\bpassword change\b/,
  enroll: /\benr?oll?(?:s|ing|ed|me|ment)?\b/,
  ownContacts:
    /(?<!\p{L})(?:(?:add|adding|change|changing|changed|replace|replacing|update|updating|register|registering|link|linking)(?!\p{L})(?:[^.!?]|\.(?=\p{L})){0,40}(?<!\p{L})(?:(?:phone|mobile|cell)(?! (?:list|book|charger|case|bill|contract))|(?:phone |mobile )?number|e-?mail(?! (?:signature|app|client|account|folder|rule))|contacts?)|(?:remove|removing|delete|deleting)(?!\p{L})[^.!?]{0,25}(?<!\p{L})(?:phone|mobile|number|contacts?|e-?mail address|my (?:old |private |personal )?e-?mail)|(?:my|recovery|backup|emergency) (?:recovery |backup )?contacts?|(?:recovery|backup|second) (?:e-?mail|phone|number|options?)|new (?:(?:private|personal|mobile|cell|phone) )?(?:phone|mobile|cell|number|e-?mail address)|my new e-?mail|(?:my|phone) number (?:has |is )?(?:changed|new|different)|neue[nrs]? (?:handy|telefon|smartphone|(?:handy|telefon|mobil|ruf)?nummer|e-?mail-?adresse|mailadresse)|meine (?:kontakte|(?:handy|telefon|mobil|ruf)?nummer|e-?mail(?:-?adresse)?|mailadresse)|(?:handy|telefon|nummer|handynummer|telefonnummer|e-?mail(?:-?adresse)?|mailadresse|kontakte?) (?:hinzuf\p{L}{1,10}|[äa]ndern|registrieren|hinterlegen|entfernen|l[öo]schen|eintragen)|(?:ajouter|enregistrer|changer|supprimer)(?: de)?(?: un| une| mon| ma| le| la)?(?: autre)? (?:t[ée]l[ée]phone|num[ée]ro|portable|mail|e-?mail|adresse|contact)|nouveau (?:t[ée]l[ée]phone|num[ée]ro|portable)|nouvelle adresse|mes contacts|(?:a[ñn]adir|agregar|registrar|cambiar|eliminar)(?: de)?(?: un| una| mi| el)?(?: otro)? (?:tel[ée]fono|n[úu]mero|m[óo]vil|celular|correo|contacto)|nuevo (?:tel[ée]fono|n[úu]mero|m[óo]vil|celular|correo)|mis contactos)(?!\p{L})|^\W*new e-?mail\W*$/u,
  lostContact:
    /(?<!\p{L})(?:(?:lost|lose|losing|broke|broken|smashed|stole|stolen|missing|without|no longer have|don['’]?t have|do not have)(?!\p{L})[^.!?]{0,25}(?<!\p{L})(?:phone|mobile|cell|cellphone|iphone|smartphone|sim|number)|(?:phone|mobile|cell|cellphone|iphone|smartphone|sim)(?!\p{L})[^.!?]{0,25}(?<!\p{L})(?:lost|stolen|broken|broke|dead|gone|missing|smashed|destroyed|not work\p{L}{0,4}|n['’]?t work)|(?:need|order|want|request) (?:a )?new (?:phone|mobile|cell)(?! number)|(?:handy|telefon|smartphone)(?!\p{L})[^.!?]{0,25}(?<!\p{L})(?:verloren|kaputt|gestohlen|geklaut|weg|defekt)|(?:perdu|vol[ée]|cass[ée])(?!\p{L})[^.!?]{0,25}(?<!\p{L})(?:t[ée]l[ée]phone|portable)|(?:t[ée]l[ée]phone|portable)(?!\p{L})[^.!?]{0,25}(?<!\p{L})(?:perdu|vol[ée]|cass[ée])|(?:perd[íi]|perdido|robaron|robado|rot[oa])(?!\p{L})[^.!?]{0,25}(?<!\p{L})(?:tel[ée]fono|m[óo]vil|celular))(?!\p{L})/u,
  negated:
    /\b(?:not|never|(?:do|did)n['’]?t)\s+(?:[\w'’]+\s+){0,4}(?:cancel|reset|unlock|enr?oll?|change[- ](?:(?:my|the) )?password)\b|\b(?:never|did(?:n['’]?t| not))\s+(?:add|change|remove)\b/,
  notMine: /\b(?:(?:is|was)n['’]?t|not)\s+(?:me|mine)\b/,
  question: /^\W*(?:who|why|what|when)\b/,
  suspects: /^\W*(?:who|why)\b/,
  help: /^\W*(?:(?:hi|hello|hey|hallo|hola|ok|please|bitte|pls|i|we|you|can|could|would|need|want|some|your)\W+)*(?:help|hilfe|aide|ayuda)(?:\W+(?:me|us|please|pls|bitte|needed|menu))*\W*$|\bwhat (?:can|do) you (?:do|offer)\b|^\W*what(?:['’]?s| is| are) (?:this|that|you)(?: (?:for|bot|app|thing))?\W*$|^\W*who are you\W*$|^\W*how (?:does (?:this|it)|do you) work\W*$/,
  lockedOut:
    /(?<!\p{L})(?:lock|lo(?:ck|kc|k|c|kk|cc)(?:e?d|t|et)|lcoked|loocked|lock(?:ed)?[ -]?out|lockout|(?:aus)?ge?sperrt|gespert|verrouill\p{L}*|bloqu\p{L}*|blockiert|blocked)(?!\p{L})/u,
  forgotPassword:
    /(?<!\p{L})(?:for+g[eo]t+(?:t?en)?|forgor|fogot|frogot|forgotton|vergessen|vergesen|oubli\p{L}*|olvid\p{L}*)(?!\p{L})|(?<!\p{L})(?:don['’]?t (?:remember|know)|can(?:['’]?t|not| not) remember|lost|change|update|new|wrong|expired|invalid|incorrect|neues|falsches|nouveau|nueva)(?!\p{L})[^.!?]{0,30}(?<!\p{L})(?:pass?[ -]?wor[dt]?|passwd|pass|pw|pwd|kennwort|mot de passe|contrase[nñ]a)(?!\p{L})|(?<!\p{L})(?:pass?[ -]?wor[dt]?|passwd|pwd?|kennwort|mot de passe|contrase[nñ]a)(?!\p{L})[^.!?]{0,30}(?<!\p{L})(?:forgotten|expired|wrong|invalid|incorrect|gone|lost|not work\p{L}*|n['’]?t work\p{L}*|doesn['’]?t work|abgelaufen|falsch|expir\p{L}*)(?!\p{L})|^\W*(?:my )?(?:pass?[ -]?wor[dt]?|passwd|pwd?|kennwort|mot de passe|contrase[nñ]a)\W*$/u,
  thanks:
    /(?<!\p{L})(?:thanks?(?: you| u)?|thank(?:you|u|s)|thx|tnx|thanx|ty|tysm|cheers|danke(?:sch[oö]n)?|vielen dank|merci|gracias)(?: (?:so much|very much|a lot|a million|sehr|beaucoup|vielmals))?(?: for (?:all |everything)?(?:(?:the|your) )?(?:(?:quick|great|fast|kind) )?(?:help(?:ing)?(?: me)?|support|unlocking (?:me|my account|it)|resetting (?:my password|it)))?(?!\p{L})/u,
  greeting:
    /(?<!\p{L})(?:hi+|hello+|hey+|hiya|howdy|yo|gm|morning|afternoon|evening|hallo|moin|servus|guten|hola|buenos|buenas|bonjour|bonsoir|salut)(?!\p{L})/u,
  pleasantry:
    /^(?:hi+|hello+|hey+|hiya|howdy|yo|gm|good|morning|afternoon|evening|hallo|moin|servus|guten|gute|morgen|tag|abend|hola|buenos|buenas|d[ií]as|tardes|bonjour|bonsoir|salut|bot|latchkey|team|all|everyone|everybody|there|ok+|okay|okey|k|kk|yes|yep|yeah|ja|cool|nice|great|perfect|perfekt|parfait|perfecto|super|awesome|excellent|brilliant|wow|lol|ha(?:ha)*|hehe|bye|goodbye|ciao|tsch[uü]ss|see|you|u|cu|later|how|are|doing|is|it|its|s|going|fine|sure|alright|right|done|test|testing|hm+|oh|ah|sorry|nevermind|nvm|works|worked|working|again|now|got|that|was|very|so|much|a|lot|gut|klar|alles|bien|vale|genial|thanks?|thank|thx|ty|danke|dank|vielen|sehr|merci|beaucoup|muchas|gracias|welcome)$/,
  otherThing:
    /(?<!\p{L})(?:print(?:er|ers|ing|s)?|toner|paper|scanner|copier|monitor|(?:black|blue) screen|keyboard|mouse|headset|headphones|webcam|camera|microphone|projector|beamer|cable|charger|battery|docking|coffee|kitchen|fridge|toilet|parking|elevator|lift|heating|air con\p{L}*|window|desk|chair|office|lunch|canteen|invoices?|payslip|salary|payroll|holidays?|vacation|sick|expenses?|travel|drucker|druckt|bildschirm|tastatur|maus|kopfh[oö]rer|kaffee|heizung|urlaub|gehalt|rechnung|imprimante|[ée]cran|clavier|souris|vacances|facture|impresora|pantalla|teclado|rat[oó]n|vacaciones|factura)(?!\p{L})/u,
  accountThing:
    /pass|pwd|\bpw\b|kennwort|contrase|clave|log|sign|account|konto|compte|cuenta|lock|bloc|bloq|sperr|verrouill|acces|zugang|zugriff|code|\bpin\b|otp|auth|2fa|mfa|credential|anmeld|connect|connexion|conect|identi|user ?name|benutzer|utilisateur|usuario|e-?mail|contact|(?:get|let|come|komme?) (?:\S+ )?(?:in|back|rein)\b|\bentr(?:ar|er)\b|reset|recover/,
  namesCode: /\b(?:code|otp|pin|passcode)\b/i,
  tellsSecret:
    /\b((?:pass?[ -]?wor[dt]s?|passwd|pwd?|kennwort|passcode|pin|code|otp|mot de passe|contrase[nñ]a|clave)(?: {0,2}[:=] {0,2}| (?:is|was|ist|war|est|es) | ))(\S{1,64})/gi,
};
